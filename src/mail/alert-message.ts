import { type Alert } from '../domain/alert';
import { htmlOfView } from './alert-html';
import { textOfView } from './alert-text';
import { type AlertFigures } from './alert-view';
import { viewOfAlert } from './view-of-alert';

export type { AlertFigures } from './alert-view';

/** What a mail consists of, before it has a recipient. */
export interface AlertMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * composeAlertMail writes the mail of an alert for the bureau, in Chinese, as text and as HTML. It is pure: the same
 * alert and figures give the same mail. An alert without a complete day is written as missing data, never as pace.
 */
export function composeAlertMail(alert: Alert, figures: AlertFigures): AlertMail {
  const view = viewOfAlert(alert, figures);
  return { subject: view.subject, text: textOfView(view), html: htmlOfView(view) };
}
