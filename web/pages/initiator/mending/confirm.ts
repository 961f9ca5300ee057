/** The page that asks before something happens: what it does, to whom, and which mails go to whom and when. */
import type { Response } from 'express';
import type { PageKit } from '../../../context.ts';
import type { FormField } from '../../../render.ts';

export interface ConfirmModel {
  readonly crumb: string;
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  readonly cancelHref: string;
  readonly isDangerous: boolean;
  readonly hidden: readonly FormField[];
  readonly facts: readonly { label: string; value: string; detail?: string }[];
  readonly happens: readonly string[];
  /** More than fits in a fact. */
  readonly lists: readonly { readonly title: string; readonly icon: string; readonly items: readonly string[] }[];
  /** Another way on; null when there is none. */
  readonly aside: { readonly text: string; readonly href: string; readonly label: string } | null;
  /** Null: no reason is asked for. */
  readonly reason: { readonly label: string; readonly hint: string; readonly value: string } | null;
  /** Empty when nothing is wrong. */
  readonly error: string;
}

export function sendConfirm(kit: PageKit, res: Response, model: ConfirmModel): void {
  const hasErrors = model.error !== '';
  const errors = hasErrors ? [{ field: model.reason === null ? 'main' : 'reason', message: model.error }] : [];
  kit.sendPage(
    res,
    'confirm-with-reason',
    { ...model, errors },
    { title: model.title, hasErrors, status: hasErrors ? 422 : 200, helpKey: 'mending' },
  );
}
