import { type DataSettings, DEFAULT_DATA_SETTINGS } from './data-findings';
import { DEFAULT_PACE_ALERT_SETTINGS, type PaceAlertSettings } from './pace-alerts';
import { type Robot } from './recipients';
import { REPORT_PERIODS, type ReportPeriod } from './report-alerts';

/** AlertSettings say what is told, when, and to whom. */
export interface AlertSettings {
  readonly pace: PaceAlertSettings;
  readonly data: DataSettings;
  /** Periods at whose end a report is sent. */
  readonly reports: readonly ReportPeriod[];
  /** Who hears of everything that the table of recipients names nobody for. */
  readonly to: readonly string[];
  /** Group robots that recipients may be; never logged. */
  readonly robots: readonly Robot[];
}

/** DEFAULT_ALERT_SETTINGS tell nobody. */
export const DEFAULT_ALERT_SETTINGS: AlertSettings = Object.freeze({
  pace: DEFAULT_PACE_ALERT_SETTINGS,
  data: DEFAULT_DATA_SETTINGS,
  reports: REPORT_PERIODS,
  to: [],
  robots: [],
});
