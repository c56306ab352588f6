/** engineTime writes an instant for a DateTime64(3, 'UTC') column. */
export const engineTime = (instant: Date): string => instant.toISOString().replace('T', ' ').replace('Z', '');
