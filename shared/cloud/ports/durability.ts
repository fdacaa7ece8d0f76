/**
 * The guarantee for an object in a file after a power cut:
 * - `committing`: the object exists. It is on the disk before the call that writes it returns, and all
 *   earlier `kept` objects are on the disk before it;
 * - `kept`: the object may be lost until the next `committing` object is written;
 * - `remade`: the object may be lost or damaged; it is computed again from objects of the other two kinds.
 */
export type Durability = 'committing' | 'kept' | 'remade';
