import { type ClickHouseSettings } from '@clickhouse/client';

/**
 * LOAD_SETTINGS of every statement that writes the rows of a file. Blocks of this size keep memory flat whatever the
 * file's size. Two threads write: one waits for the disk after each part, and two cores would stand still a fifth of the time.
 */
export const LOAD_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  max_insert_threads: '2',
  min_insert_block_size_rows: '250000',
  min_insert_block_size_bytes: '100663296',
  max_partitions_per_insert_block: '0',
  input_format_parallel_parsing: 1,
  input_format_csv_allow_variable_number_of_columns: 1,
  input_format_csv_empty_as_default: 1,
  input_format_csv_trim_whitespaces: 0,
  // \N in a file is text; NULL is left to cells that are not there.
  format_csv_null_representation: '\u0000\\N',
  // Levels of subqueries stay apart, so that a value is computed once however many of the next level use it.
  query_plan_merge_expressions: 0,
  // Comparing the conditions of a row with each other took a third of the time in which a short file is loaded.
  optimize_and_compare_chain: 0,
  allow_suspicious_low_cardinality_types: 1,
};
