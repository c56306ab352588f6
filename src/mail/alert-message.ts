import { type Alert } from '../domain/alert';
import { htmlOfView } from './alert-html';
import { textOfView } from './alert-text';
import { type AlertFigures } from './alert-view';
import { CHART_CIDS } from './chart-cids';
import { type InlineImage } from './mime-message';
import { viewOfAlert } from './view-of-alert';

export type { AlertFigures, PartFigure } from './alert-view';

/** What a mail consists of, before it has a recipient. */
export interface AlertMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly images: readonly InlineImage[];
}

/**
 * composeAlertMail writes the mail of an alert for the bureau, in Chinese, as text and as HTML with its pictures. It is
 * pure: the same alert and figures give the same mail.
 */
export async function composeAlertMail(alert: Alert, figures: AlertFigures): Promise<AlertMail> {
  const view = viewOfAlert(alert, figures);
  const { subject, chart } = view;
  const images: InlineImage[] = [];
  if (chart !== null) {
    // What draws is large, and most commands draw nothing.
    const { drawChart } = await import('./chart.js');
    for (const theme of ['light', 'dark'] as const) {
      images.push({ cid: CHART_CIDS[theme], png: drawChart(chart.series, theme) });
    }
  }
  return { subject, text: textOfView(view), html: htmlOfView(view), images };
}
