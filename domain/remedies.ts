/** Until when somebody who disagrees with a result can do something about it. */
import { addDays, localDateOf } from './calendar.ts';
