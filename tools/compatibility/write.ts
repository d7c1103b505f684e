// Writes docs/compatibility.md: npm run compatibility.
import { writeFileSync } from 'node:fs';
import { compatibilityPage } from './page.js';

writeFileSync(new URL('../../docs/compatibility.md', import.meta.url), compatibilityPage());
