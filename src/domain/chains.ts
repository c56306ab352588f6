/** Chain is an industry chain (产业链) and the industry cluster (产业集群) that it belongs to. */
export interface Chain {
  readonly chain: string;
  readonly cluster: string;
}
