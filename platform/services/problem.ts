/**
 * Something a person can mend, said in one or two plain sentences. Whoever starts things shows only the message, without a stack.
 */
export class ServiceProblem extends Error {
  /** Stable, for branching and tests; never the message. */
  readonly code: ServiceProblemCode;

  constructor(code: ServiceProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type ServiceProblemCode =
  | 'ALREADY_RUNNING'
  | 'PORT_TAKEN'
  | 'NO_PIP'
  | 'NO_SPACE'
  | 'NO_PERMISSION'
  | 'UNREACHABLE_FOLDER'
  | 'UNSUPPORTED_MACHINE'
  | 'INSTALL_FAILED'
  | 'START_FAILED'
  | 'BAD_HOME';

const DISK_FULL = /ENOSPC|No space left on device|EDQUOT|Disk quota exceeded/i;

/**
 * Turns errors of the operating system that a person can mend into a sentence.
 * @param error anything that was thrown
 * @param folder where it was writing
 * @returns a ServiceProblem, or the error unchanged when it is none of those
 */
export function explain(error: unknown, folder: string): unknown {
  if (error instanceof ServiceProblem) return error;
  const code = errorCode(error);
  const text = `${code} ${errorMessage(error)}`;
  if (DISK_FULL.test(text)) return diskFull(folder, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ServiceProblem(
      'NO_PERMISSION',
      `This user may not write in ${folder}. Make it yours (chown), or set PROEVE_HOME to a folder of your own.`,
      { cause: error },
    );
  }
  return error;
}

/** The sentence for a full disk. */
export function diskFull(folder: string, cause?: unknown): ServiceProblem {
  return new ServiceProblem(
    'NO_SPACE',
    `The disk that holds ${folder} is full. Free about 1 GB, or set PROEVE_HOME to a folder on another disk.`,
    { cause },
  );
}

/** Whether a text written by a program says that the disk is full. */
export function saysDiskFull(text: string): boolean {
  return DISK_FULL.test(text);
}

/**
 * The `code` of an error, or an empty text. Asks for the property and not for the class: errors of Node itself belong to
 * another realm when code runs inside a VM context, as it does under Jest.
 */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** The message of an error, or the thing itself as text. */
export function errorMessage(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** What a program that failed wrote on standard error, or an empty text. */
export function errorOutput(error: unknown): string {
  return typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
}
