/** The twelve leagues and cities (盟市) of Inner Mongolia by their official names (GB/T 2260), in the order of the code. */
export const LEAGUES = [
  '呼和浩特市',
  '包头市',
  '乌海市',
  '赤峰市',
  '通辽市',
  '鄂尔多斯市',
  '呼伦贝尔市',
  '巴彦淖尔市',
  '乌兰察布市',
  '兴安盟',
  '锡林郭勒盟',
  '阿拉善盟',
] as const;

/** leagueNamed finds a league by its official name or by that without 市 or 盟; null when there is none. */
export function leagueNamed(text: string): string | null {
  return LEAGUES.find((league) => league === text || league.slice(0, -1) === text) ?? null;
}
