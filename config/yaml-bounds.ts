/** Nesting beyond this is no configuration: the deepest setting lies six levels down. */
export const DEEPEST_NESTING = 20;
/** Values in one file, an alias counted as all that it stands for. A file with 256 slots has about 8,000. */
export const MOST_VALUES = 50_000;
