import 'fake-indexeddb/auto';
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// A busy machine takes longer for hundreds of rows than the usual second.
configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);
