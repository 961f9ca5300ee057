/** What an examiner waits for: the form, each save, and finishing. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type pg from 'pg';
import { justificationFieldName, scoreFieldName } from '../../../domain/form.ts';
import { projectRoot } from '../../../platform/config.ts';
import { createI18n } from '../../../platform/i18n/index.ts';
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { saveDraft } from '../../../prisma/commands/drafts.ts';
import { evidenceMark } from '../../../prisma/commands/evidence.ts';
import { createRepositories } from '../../../prisma/repositories/index.ts';
import { createAssets } from '../../../web/assets.ts';
import { chooseView, componentsOfView, formModel } from '../../../web/pages/examiner/form.model.ts';
import { notesPanelModel } from '../../../web/pages/examiner/notes/notes.model.ts';
import { paths } from '../../../web/paths.ts';
import { createViewEngine, type PageLocals } from '../../../web/render.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { inParallel, measurePairs, type Pairs, summarise, timed } from '../harness.ts';
import { cpuOf, cpuOfFamily } from '../processes.ts';
import { openRig, type Rig } from '../rig.ts';
import {
  type BenchSchool,
  createActors,
  filledForm,
  openExaminerSession,
  type Sitting,
  seedBenchSchool,
} from '../school.ts';
import { createVisitors, type Visitor } from '../visitor.ts';

/** Requests on their way at the same time when throughput is measured; the web process has one thread for them. */
const AT_ONCE = 4;

export const requests: Group = {
  id: 'requests',
  title: 'What an examiner waits for',
  figures: [
    'requests.formPage',
    'requests.formPageCpu',
    'requests.formPageP50',
    'requests.finish',
    'requests.finishCpu',
    'requests.finishP50',
    'requests.autosave',
    'requests.autosaveCpu',
    'requests.autosaveP50',
  ],
  async run(context) {
    const pairs = sized(context, 1, 7, 9);
    const size = sized(context, 2, 25, 40);
    const rig = await openRig(context, { name: 'requests' });
    const school = await seedBenchSchool(rig.database, (pairs + 1) * size + size);
    const stage = await openStage(context, rig, school, (pairs + 1) * size);
    const page = await measurePages(context, stage, pairs, sized(context, 4, 60, 100));
    const commits = await withClient(rig.superUrl, async (client) => {
      await client.query('CREATE TABLE bare_commit (id uuid PRIMARY KEY, word text NOT NULL)');
      const autosave = await measureAutosave(context, stage, client, pairs, size);
      const finish = await measureFinish(context, stage, client, pairs, size);
      return { autosave, finish };
    });
    return [...page, ...commits.finish, ...commits.autosave];
  },
};

interface Stage {
  readonly rig: Rig;
  readonly school: BenchSchool;
  readonly seats: readonly (Sitting & { readonly visitor: Visitor })[];
  readonly webPid: number;
}

/** Examiners who opened their link and filled in everything: the heaviest page, ready to be finished. */
async function openStage(context: BenchContext, rig: Rig, school: BenchSchool, count: number): Promise<Stage> {
  const { database, config } = rig;
  const { schoolId } = school;
  const actors = createActors(database, school, config.keys.current);
  const sittings = await actors.seat(0, count);
  const web = await rig.startWeb();
  const visitors = createVisitors(config.publicUrl, config.keys);
  context.onEnd(async () => visitors.close());
  const patch = filledForm(school);
  const seats: (Sitting & { visitor: Visitor })[] = [];
  for (const sitting of sittings) {
    const { formId, contactId, linkId } = sitting;
    await saveDraft(database, { schoolId, formId, contactId, basedOn: 0, patch });
    seats.push({ ...sitting, visitor: visitors.visitor(await openExaminerSession(database, linkId)) });
  }
  return { rig, school, seats, webPid: web.mark.pid };
}

interface Cpu {
  readonly web: number;
  readonly postgres: number;
}

/** Processor time of the web process and of PostgreSQL for each of `count` pieces of work. */
async function cpuPer({ rig, webPid }: Stage, count: number, work: () => Promise<unknown>): Promise<Cpu> {
  const before = { web: cpuOf(webPid), postgres: cpuOfFamily(rig.postgresPid) };
  await work();
  return {
    web: (cpuOf(webPid) - before.web) / count,
    postgres: (cpuOfFamily(rig.postgresPid) - before.postgres) / count,
  };
}

function cpuFigure(name: string, title: string, found: readonly Cpu[], more: string): Figure {
  const web = summarise(found.map((each) => each.web));
  const postgres = summarise(found.map((each) => each.postgres));
  const { median, min, max, count } = summarise(found.map((each) => each.web + each.postgres));
  return {
    name,
    title,
    value: median,
    unit: 'ms',
    spread: { min, max, count },
    explanation: `Processor time for each request: ${web.median.toFixed(1)} ms in the web process and ${postgres.median.toFixed(1)} ms in PostgreSQL, from the kernel's accounts. ${more}`,
  };
}

// --- the form page

async function measurePages(context: BenchContext, stage: Stage, pairs: number, size: number): Promise<Figure[]> {
  const { seats } = stage;
  const bare = await prepareBareRender(stage);
  const cpu: Cpu[] = [];
  const latencies: number[] = [];
  const show = async (index: number) => {
    const seat = seats[index % seats.length];
    if (seat) await seat.visitor.get(paths.form(seat.formId));
  };
  const renderAll = async () =>
    (await timed(() => {
      for (let done = 0; done < size; done += 1) bare();
    })) / size;
  const servePages = async () => {
    let spent = 0;
    cpu.push(
      await cpuPer(stage, size, async () => {
        spent = await timed(() => inParallel(size, AT_ONCE, show));
      }),
    );
    return spent / size;
  };
  // A process that serves all day has long been compiled.
  await inParallel(sized(context, 2, 300, 500), AT_ONCE, show);
  const found = await measurePairs(pairs, renderAll, servePages, context.signal);
  for (let index = 0; index < size; index += 1) latencies.push(await timed(() => show(index)));
  const ratio = summarise(found.ratios);
  const render = summarise(found.a);
  const page = summarise(found.b);
  return [
    {
      name: 'requests.formPage',
      title: 'Form page through the whole application ÷ bare rendering of its template (throughput)',
      value: ratio.median,
      unit: 'ratio',
      spread: ratio,
      goal: { atLeast: 0.5 },
      explanation: `Pages a second over HTTP with ${AT_ONCE} requests at a time (session, database, page model, template, headers) divided by renderings a second of the same template with a ready model in one process: ${page.median.toFixed(1)} ms a page, ${render.median.toFixed(1)} ms a rendering.`,
    },
    cpuFigure(
      'requests.formPageCpu',
      'Form page, processor time',
      cpu.slice(1),
      'Documenso 76 + 27 ms, pretalx 175 + 55 ms on two cores.',
    ),
    {
      name: 'requests.formPageP50',
      title: 'Form page, one request at a time, median',
      value: summarise(latencies).median,
      unit: 'ms',
      spread: summarise(latencies),
      explanation: 'From the request to the last byte on a kept connection.',
    },
  ];
}

/** The page that the application sends for the first seat, as a function that only renders. */
async function prepareBareRender({ rig, school, seats }: Stage): Promise<() => string> {
  const [seat] = seats;
  if (!seat) throw new Error('nobody is seated');
  const repository = createRepositories(rig.database).forSchool(school.schoolId).examiner;
  const form = await repository.findForm(seat.formId, [seat.invitationId]);
  if (form === null) throw new Error('the seated form is gone');
  const i18n = createI18n({ isStrict: false, onMissing: () => undefined });
  const views = createViewEngine({
    viewsDirs: [join(projectRoot, 'web', 'pages')],
    i18n,
    assets: createAssets(),
    isProduction: true,
  });
  const wording = { translator: i18n.forLanguage('nl'), timeZone: form.school.timeZone };
  const view = chooseView(form, { view: undefined, step: undefined });
  const model = {
    ...formModel(wording, form, view, { content: form.content, revision: form.revision, errors: [] }),
    errors: [],
    notes: notesPanelModel(wording, form, componentsOfView(form, view), randomUUID()),
    writer: '000000000000',
    isKept: '',
    device: '{}',
  };
  const locals: PageLocals = {
    lang: 'nl',
    title: model.head.title,
    school: { name: form.school.name, initial: form.school.name.slice(0, 1), primaryColor: form.school.primaryColor },
    timeZone: form.school.timeZone,
    nav: [],
    csrfToken: 'x'.repeat(64),
    saveState: { text: '14:02', isOffline: false },
    paths: {
      home: paths.home(),
      language: paths.language(),
      signOut: paths.signOut(),
      account: paths.account(),
      current: paths.form(seat.formId),
    },
    helpHref: paths.help('form'),
    privacyHref: paths.privacy(),
    accessibilityHref: paths.accessibility(),
    scripts: ['form.js'],
  };
  return () => views.render('examiner-form', model, locals);
}

// --- saving and finishing against one bare commit

/** Milliseconds of one commit that waits for the disk, on a connection that is open. */
async function commitMany(client: pg.Client, count: number): Promise<number> {
  const spent = await timed(async () => {
    for (let done = 0; done < count; done += 1)
      await client.query('INSERT INTO bare_commit (id, word) VALUES (gen_random_uuid(), $1)', ['word']);
  });
  return spent / count;
}

async function measureAutosave(
  context: BenchContext,
  stage: Stage,
  client: pg.Client,
  pairs: number,
  size: number,
): Promise<Figure[]> {
  const [component] = stage.school.exam.units.flatMap((unit) =>
    unit.coreTasks.flatMap((task) => task.workProcesses.flatMap((process) => process.components)),
  );
  if (!component) throw new Error('the exam has no component');
  const revisions = new Map<string, number>();
  const cpu: Cpu[] = [];
  let count = 0;
  const save = async () => {
    const seat = stage.seats[count % stage.seats.length];
    if (!seat) return;
    count += 1;
    const answer = await seat.visitor.postJson(paths.formAutosave(seat.formId), {
      revisie: String(revisions.get(seat.formId) ?? 1),
      schrijver: '0123456789ab',
      weergave: 'stap',
      [justificationFieldName(component.ref)]: `Gezien op dag ${count} bij de wondzorg op kamer 4.`,
      ...Object.fromEntries(component.criteria.map(({ ref }) => [scoreFieldName(ref), 'G'])),
    });
    revisions.set(seat.formId, Number(JSON.parse(answer.text).revision));
  };
  const found = await measurePairs(
    pairs,
    async () => {
      let spent = 0;
      cpu.push(
        await cpuPer(stage, size, async () => {
          spent = await timed(async () => {
            for (let done = 0; done < size; done += 1) await save();
          });
        }),
      );
      return spent / size;
    },
    () => commitMany(client, size),
    context.signal,
  );
  return commitFigures(
    'autosave',
    'The first save of a form, which also puts its start on record',
    5,
    found,
    cpu.slice(1),
    'Documenso 18 + 11 ms for one field, pretalx 91 + 19 ms for a form.',
  );
}

async function measureFinish(
  context: BenchContext,
  stage: Stage,
  client: pg.Client,
  pairs: number,
  size: number,
): Promise<Figure[]> {
  const { rig, seats } = stage;
  const revisions = new Map(
    (await rig.database.form.findMany({ select: { id: true, revision: true } })).map(({ id, revision }) => [
      id,
      revision,
    ]),
  );
  const cpu: Cpu[] = [];
  const left = [...seats];
  const finish = async () => {
    const seat = left.pop();
    if (!seat) throw new Error('all forms are finished');
    const fields = {
      revisie: String(revisions.get(seat.formId) ?? 0),
      opdracht: randomUUID(),
      bewijs: evidenceMark([]),
    };
    await seat.visitor.post(paths.formCheck(seat.formId), fields);
  };
  const found = await measurePairs(
    pairs,
    async () => {
      let spent = 0;
      cpu.push(
        await cpuPer(stage, size, async () => {
          spent = await timed(async () => {
            for (let done = 0; done < size; done += 1) await finish();
          });
        }),
      );
      return spent / size;
    },
    () => commitMany(client, size),
    context.signal,
  );
  const submissions = await rig.database.formSubmission.count();
  if (submissions !== seats.length)
    throw new Error(`${seats.length} forms were finished, ${submissions} are on record`);
  return commitFigures(
    'finish',
    'Finishing a form',
    3,
    found,
    cpu.slice(1),
    'Documenso answers after 1.24 s of processor time; here the document is made later.',
  );
}

function commitFigures(
  name: string,
  title: string,
  atMost: number,
  found: Pairs,
  cpu: readonly Cpu[],
  anchors: string,
): Figure[] {
  const ratio = summarise(found.ratios);
  const whole = summarise(found.a);
  const bare = summarise(found.b);
  return [
    {
      name: `requests.${name}`,
      title: `${title} ÷ one bare commit`,
      value: ratio.median,
      unit: 'ratio',
      spread: ratio,
      ...(name === 'finish' ? { goal: { atMost } } : {}),
      explanation: `The POST over HTTP to its answer, one after the other (${whole.median.toFixed(1)} ms), divided by a one-row INSERT that commits on the same PostgreSQL with fsync and synchronous_commit on (${bare.median.toFixed(2)} ms).`,
    },
    cpuFigure(`requests.${name}Cpu`, `${title}, processor time`, cpu, anchors),
    {
      name: `requests.${name}P50`,
      title: `${title}, from request to answer`,
      value: whole.median,
      unit: 'ms',
      spread: whole,
      explanation: 'Mean of each round, one request at a time.',
    },
  ];
}
