import { vitFamily } from '#shared/model/families/vit/vit-family.ts';

/** DeiT: a ViT with a second learned token before the patches, the distillation token. */
export const DEIT = vitFamily('deit', 'DeiTModel', ['cls_token', 'distillation_token']);
