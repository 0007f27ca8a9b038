/** A value that survives JSON. 64-bit ids are written as strings: JSON's readers lose digits past 2^53. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json | undefined}
