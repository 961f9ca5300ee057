import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.ts';
let app: TestApp;
beforeAll(async () => { app = await startTestApp({ onLog: (l) => process.stdout.write(l) }); });
afterAll(() => app.stop());
it('works', async () => {
  const c = app.client();
  const r = await c.get('/nope');
  console.log(r.status, r.text.slice(0, 600), [...r.headers]);
  const s = await app.startAssessment();
  console.log(s);
  expect(r.status).toBe(404);
});
