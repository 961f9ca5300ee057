import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { helpModel, type TextPage, textPageModel } from './about.model.ts';

export function showTextPage(kit: PageKit, page: TextPage): PageHandler {
  return (_req, res) => {
    const model = textPageModel(contextOf(res).translator, page);
    kit.sendPage(res, 'text-page', model, { title: model.title });
  };
}

export function showHelp(kit: PageKit): PageHandler {
  return (_req, res) => {
    const model = helpModel(contextOf(res).translator);
    kit.sendPage(res, 'help', model, { title: model.title });
  };
}
