const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @param hostname as `URL` gives it @returns whether it is this machine, so that nothing goes over a network */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
