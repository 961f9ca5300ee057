/** Loaded by path into workers, clients and the workflow bundle: moves message and stack of a failure where the codec reaches. */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
