import * as z from 'zod';
import { isPluginReference, type PluginReference, parseReference } from './plugin-reference.ts';

/** Schema of a setting that names a plug-in. */
export const pluginReference = z
  .string()
  .max(4096)
  .refine(isPluginReference, {
    message: 'must name a plug-in: a .ts or .js file, or a command',
    // Else a union with names would report this in place of the names.
    abort: true,
  })
  .brand<'PluginReference'>()
  .meta({ examples: ['./mine.ts', 'python mine.py'] });

/** Schema of a setting that names a plug-in which only a module can be. */
export const moduleReference = z
  .string()
  .max(4096)
  .refine(
    (text): text is PluginReference => isPluginReference(text) && parseReference(text).kind === 'module',
    {
      message: 'must name a plug-in: a .ts or .js file, or a package',
      abort: true,
    },
  )
  .brand<'PluginReference'>()
  .meta({ examples: ['./mine.ts', 'a-package/mine.js'] });
