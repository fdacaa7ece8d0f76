import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { navigation } from '../navigation.ts';

const pages = join(import.meta.dirname, '../pages');

export default defineConfig({
  title: 'airtune',
  description: 'Federated LoRA fine-tuning over a wireless network, as a serverless system',
  lang: 'en',
  srcDir: 'pages',
  outDir: '../.cache/site',
  cacheDir: '../.cache/vitepress',
  cleanUrls: true,
  // Text such as <run> is text.
  markdown: { html: false },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [...navigation(pages)].map(({ text, items }) => ({ text, items: [...items] })),
  },
});
