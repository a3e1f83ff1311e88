import { defineConfig } from '@playwright/test';
import config from './playwright.config';

/** `npm run screenshots`: makes the pictures of docs/images anew. Not a test: somebody has to look at them. */
export default defineConfig({ ...config, testDir: './screenshots', testMatch: '*.ts', workers: 1 });
