export type * from './data.ts';
export { MAIL_LANGUAGES, MAIL_TEMPLATES } from './data.ts';
export { previewLinkUrl } from './links.ts';
export {
  createMailRenderer,
  isMailLanguage,
  isMailTemplate,
  type MailRenderer,
  type MailRendererOptions,
  type RenderedMail,
} from './renderer.ts';
