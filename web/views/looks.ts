/** Colour and icon of a state. The word comes from the dictionary, so meaning never hangs on colour alone. */
export interface Look {
  readonly tone: 'neutral' | 'info' | 'ok' | 'attention' | 'error' | 'school' | 'practice';
  readonly icon: string;
}

const UNKNOWN: Look = { tone: 'neutral', icon: 'circle-dashed' };

/** Looks by status of an assessment. Amber is only for what asks for someone's attention. */
const STATUS_LOOKS: Readonly<Record<string, Look>> = {
  draft: { tone: 'neutral', icon: 'circle-dashed' },
  invited: { tone: 'neutral', icon: 'mail' },
  inProgress: { tone: 'info', icon: 'pencil-line' },
  assessed: { tone: 'info', icon: 'clipboard-check' },
  returned: { tone: 'attention', icon: 'undo-2' },
  final: { tone: 'ok', icon: 'badge-check' },
  cancelled: { tone: 'neutral', icon: 'ban' },
};

/** Looks by the state of one invitation. */
const DELIVERY_LOOKS: Readonly<Record<string, Look>> = {
  queued: { tone: 'neutral', icon: 'hourglass' },
  sent: { tone: 'neutral', icon: 'send' },
  delayed: { tone: 'attention', icon: 'hourglass' },
  delivered: { tone: 'neutral', icon: 'mail-check' },
  bounced: { tone: 'error', icon: 'mail-x' },
  opened: { tone: 'info', icon: 'mail-open' },
  started: { tone: 'info', icon: 'pencil-line' },
  finished: { tone: 'ok', icon: 'circle-check-big' },
  declined: { tone: 'attention', icon: 'undo-2' },
  withdrawn: { tone: 'neutral', icon: 'ban' },
  expired: { tone: 'attention', icon: 'clock-alert' },
};

/** Looks of what comes in kinds: contacts and components. */
const KIND_LOOKS: Readonly<Record<string, Look>> = {
  school: { tone: 'school', icon: 'school' },
  practice: { tone: 'practice', icon: 'building-2' },
  behaviour: { tone: 'neutral', icon: 'eye' },
  product: { tone: 'neutral', icon: 'package-check' },
};

/** Look of a status of an assessment; a neutral one for a status not listed. */
export function statusLook(status: string): Look {
  return STATUS_LOOKS[status] ?? UNKNOWN;
}

/** Look of the state of an invitation; a neutral one for a state not listed. */
export function deliveryLook(state: string): Look {
  return DELIVERY_LOOKS[state] ?? UNKNOWN;
}

/** Look of a kind of contact or component; a neutral one for a kind not listed. */
export function kindLook(kind: string): Look {
  return KIND_LOOKS[kind] ?? UNKNOWN;
}
