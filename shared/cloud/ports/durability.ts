/**
 * What a power cut may do to an object in files:
 * - `committing`: nothing. It is on the disk before the call that writes it returns, and everything that is `kept` and
 *   was written earlier is on the disk before it;
 * - `kept`: it may be lost until the next `committing` object is written;
 * - `remade`: it may be lost or damaged; it is computed again from objects of the other two kinds.
 */
export type Durability = 'committing' | 'kept' | 'remade';
