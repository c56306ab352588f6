import { type Account } from '../domain/access';
import { type AlertKind, type Delivery } from '../domain/alert';
import { type DayState } from '../domain/completeness';
import { type KnownFinding } from '../domain/data-alerts';
import { type Goal } from '../domain/goal';
import { type GoalSplit } from '../domain/goal-tree';
import { type YearOnYear } from '../domain/growth';
import { type Dimension, type GoalMeasure, type Totals } from '../domain/measures';
import { type Decision, type FileReport, type FileStatus } from '../domain/order-file';
import { type JudgedStanding, type ToldStanding } from '../domain/pace-alerts';
import { type ChartedDay } from '../domain/pace-chart';
import { type PaceReport } from '../domain/pace';
import { type PaceState } from '../domain/pace-state';
import { type QuietWord } from '../domain/quiet';

/** OnWire is a value of the domain as the API sends it: money as text in yuan. */
type OnWire<T> = T extends bigint
  ? string
  : T extends readonly (infer E)[]
    ? readonly OnWire<E>[]
    : T extends object
      ? { readonly [K in keyof T]: OnWire<T[K]> }
      : T;

export type Me = Account & { readonly limited: boolean; readonly region: string; readonly today: string };
export type TotalsOnWire = OnWire<Totals>;
export type Charted = OnWire<ChartedDay>;
export type Pace = OnWire<PaceReport> & { readonly days: readonly Charted[] };
export type GoalOnWire = OnWire<Goal>;

type Named = Readonly<Partial<Record<Dimension, string>>>;
export interface TotalsRowOnWire {
  readonly dimensions: Named;
  readonly totals: TotalsOnWire;
  /** The sums from the first day of the period on. */
  readonly running?: TotalsOnWire;
}
export interface TotalsAnswer {
  readonly from: string;
  readonly to: string;
  readonly measure: GoalMeasure;
  readonly asOf: string | null;
  /** The report that the figures are from; null: they are what is known now. */
  readonly asKnown: { readonly reportedOn: string } | null;
  readonly rows: readonly TotalsRowOnWire[];
  readonly total: TotalsOnWire;
  readonly rowCount: number;
  readonly next: string | null;
}

type Compared = OnWire<YearOnYear>;
export type GrowthRow = Compared & { readonly dimensions: Named };
export interface GrowthAnswer {
  readonly from: string;
  readonly to: string;
  readonly before: { readonly from: string; readonly to: string };
  readonly measure: GoalMeasure;
  readonly asKnown: { readonly reportedOn: string } | null;
  readonly comparableShops: number;
  readonly rows: readonly GrowthRow[];
  readonly total: Compared;
  readonly rowCount: number;
  readonly next: string | null;
}

export interface HoursOnWire {
  readonly orders: number;
  readonly median: number | null;
  readonly ninetieth: number | null;
}
export interface LogisticsOnWire {
  readonly paidOrders: number;
  readonly dispatch: HoursOnWire;
  readonly receipt: HoursOnWire;
}
export interface LogisticsRow {
  readonly dimensions: Named;
  readonly logistics: LogisticsOnWire;
}
export interface LogisticsAnswer {
  readonly from: string;
  readonly to: string;
  readonly asOf: string | null;
  readonly rows: readonly LogisticsRow[];
  readonly total: LogisticsOnWire;
  readonly rowCount: number;
  readonly next: string | null;
}

export interface ShopDays {
  readonly platform: string;
  readonly shop: string;
  readonly everyDays: number | null;
  readonly source: 'set' | 'learned' | 'assumed';
  readonly completeTo: string | null;
  readonly states: readonly DayState[];
}
export interface Completeness {
  readonly asOf: string;
  readonly completeTo: string | null;
  readonly days: readonly string[];
  readonly shops: readonly ShopDays[];
}

export type OneFile = Omit<OnWire<FileReport>, 'status'> & {
  readonly status: FileStatus;
  readonly shops: readonly string[];
  readonly bytes: number;
  readonly at: string;
  readonly decision: Decision | null;
};
export interface FilesAnswer {
  readonly files: readonly (OneFile & { readonly handedIn: string })[];
  readonly next: string | null;
}
export type WholeFile = OneFile & {
  readonly days: readonly string[];
  readonly confirmations: readonly { readonly snapshotAt: string; readonly path: string }[];
  readonly history: readonly (Pick<OneFile, 'at' | 'status' | 'error' | 'decision'> & { readonly seq: number })[];
};
export interface RejectsAnswer {
  readonly rows: readonly {
    readonly record: number;
    readonly line: number;
    readonly outcome: 'rejected' | 'ignored';
    readonly reasons: readonly string[];
    readonly columns: readonly string[];
    readonly cells: Readonly<Record<string, string>>;
  }[];
  readonly next: string | null;
}

export interface Explained {
  readonly day: string;
  readonly asOf: string | null;
  readonly platform: string;
  readonly shop: string | null;
  readonly total: TotalsOnWire;
  readonly addsUp: boolean;
  readonly files: readonly {
    readonly fileId: string;
    readonly path: string;
    readonly snapshotAt: string | null;
    readonly lines: number;
    readonly firstRecord: number;
    readonly lastRecord: number;
    readonly totals: TotalsOnWire;
  }[];
  readonly lineCount: number | null;
  readonly lines:
    | readonly {
        readonly fileId: string;
        readonly record: number;
        readonly line: number | null;
        readonly shop: string;
        readonly orderId: string;
        readonly lineId: string;
        readonly gross: string;
        readonly refunded: string;
      }[]
    | null;
  readonly next: string | null;
}

export interface AlertsAnswer {
  readonly alerts: readonly {
    readonly id: string;
    readonly kind: AlertKind;
    /** Of which goal it speaks, such as `league=…`; blank: the region's. */
    readonly scope: string;
    readonly raisedFor: string;
    readonly recipients: readonly string[];
    readonly report: OnWire<PaceReport>;
    readonly deliveries: readonly Delivery[];
  }[];
  readonly next: string | null;
}

export interface AlertsNow {
  readonly asOf: string;
  readonly decisions: readonly {
    readonly subject: string;
    readonly decidedFor: string;
    readonly why: string;
    readonly pace: {
      readonly judged: Pick<JudgedStanding, 'state' | 'since'> | null;
      readonly told: ToldStanding | null;
    } | null;
  }[];
  readonly open: readonly Pick<KnownFinding, 'subject' | 'since' | 'toldOn'>[];
  readonly words: readonly QuietWord[];
}

export interface NightsAnswer {
  readonly running: {
    readonly nightId: string;
    readonly step: 'walk' | 'ingest' | 'totals' | 'pace' | 'report' | 'alert' | 'done';
    readonly filesDone: number;
    readonly filesFailed: number;
    readonly filesTotal: number;
  } | null;
  readonly nights: readonly { readonly nightId: string; readonly due: string; readonly endedAt: string }[];
}

export interface GoalsAnswer {
  readonly goals: readonly GoalOnWire[];
  readonly history: readonly GoalOnWire[];
  readonly chains: readonly string[];
}
export interface StandingGoal {
  readonly goal: GoalOnWire;
  readonly depth: number;
  readonly done: string;
  readonly splits: readonly OnWire<GoalSplit>[];
  readonly pace: {
    readonly state: PaceState;
    readonly asOf: string | null;
    readonly actual: string;
    readonly expected: string;
    readonly gap: string;
    readonly projected: string | null;
    readonly chance: number | null;
    readonly dailyNeeded: string;
  } | null;
}
export interface StandingAnswer {
  readonly year: number;
  readonly goals: readonly StandingGoal[];
}
export interface UsersAnswer {
  readonly users: readonly (Account & { readonly at: string })[];
}
export interface TokensAnswer {
  readonly tokens: readonly {
    readonly id: string;
    readonly user: string;
    readonly label: string;
    readonly role: Account['role'];
    readonly madeAt: string;
    readonly expiresAt: string;
    readonly revoked: boolean;
    readonly lastUsedAt: string | null;
  }[];
}
export interface AuditAnswer {
  readonly entries: readonly {
    readonly at: string;
    readonly user: string;
    readonly token: string;
    readonly address: string;
    readonly method: string;
    readonly route: string;
    readonly target: string;
    readonly status: number;
    readonly detail: string;
  }[];
  readonly next: string | null;
}
