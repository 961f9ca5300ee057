import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../platform/config.ts';

/** Formats everything and mends what can be mended safely. */
const biome = join(projectRoot, 'node_modules', '.bin', 'biome');
const result = spawnSync(biome, ['check', '--write', '.'], { cwd: projectRoot, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
