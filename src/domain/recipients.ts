import { ALERT_TOPICS, type AlertTopic } from './alert';

/** Kinds that a recipient may be told of: one topic, or all. */
export const RECIPIENT_KINDS = [...ALERT_TOPICS, 'all'] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

/** Who hears of what. `recipient` is a mail address, or `robot:` and the name of a robot. */
export interface RecipientRule {
  readonly recipient: string;
  readonly kind: RecipientKind;
  /** Of which goals: blank the region's, `*` every one, else the scope of a goal, or one part of it. */
  readonly scope: string;
}

/** Robot is a group robot. Whoever has its address and secret can write to the group: they are never logged. */
export interface Robot {
  readonly name: string;
  readonly maker: 'dingtalk' | 'wecom';
  readonly url: string;
  /** What DingTalk messages are signed with; blank where the robot asks for no signature. */
  readonly secret: string;
}

/**
 * recipientsFor lists who hears of a topic of a goal, each once: those the rules name. Where they name nobody, `byDefault`
 * hears of the region; a part of it, of which there may be dozens, is told only to those who are named for it.
 */
export function recipientsFor(
  rules: readonly RecipientRule[],
  byDefault: readonly string[],
  topic: AlertTopic,
  scope: string,
): string[] {
  const named = rules.filter((rule) => (rule.kind === 'all' || rule.kind === topic) && hears(rule.scope, scope));
  return [...new Set(named.length > 0 ? named.map(({ recipient }) => recipient) : scope === '' ? byDefault : [])];
}

/** A goal of several dimensions (`league=呼和浩特市,platform=douyin`) is heard of by those of each. */
const hears = (own: string, scope: string): boolean =>
  own === '*' || own === scope || (own !== '' && scope.split(',').includes(own));

const ROBOT_RECIPIENT = 'robot:';

/** robotOf is the name of the robot that a recipient is; null for a mail address. */
export const robotOf = (recipient: string): string | null =>
  recipient.startsWith(ROBOT_RECIPIENT) ? recipient.slice(ROBOT_RECIPIENT.length) : null;

const ROBOT = /^([A-Za-z0-9_-]{1,40})=(dingtalk|wecom):(https?:\/\/[^\s#]+)(?:#(\S+))?$/;

/**
 * parseRobots reads a list separated by commas, each entry `name=dingtalk:<address>#<secret>` or `name=wecom:<address>`.
 * Null when an entry is neither, or a name is there twice; which one is not said, since it may hold a secret.
 */
export function parseRobots(text: string): Robot[] | null {
  const entries = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const robots = entries.flatMap((entry): Robot[] => {
    const [, name = '', maker, url = '', secret = ''] = ROBOT.exec(entry) ?? [];
    return (maker === 'dingtalk' || maker === 'wecom') && URL.canParse(url) ? [{ name, maker, url, secret }] : [];
  });
  const names = new Set(robots.map(({ name }) => name));
  return robots.length === entries.length && names.size === robots.length ? robots : null;
}
