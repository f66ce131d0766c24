import { Database } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { postgresSetup } from './postgres.ts';

/** What Vitest runs once before all tests: PostgreSQL, and the migrated template that each test's database is a copy of. */
export default postgresSetup({
  async prepareTemplate(url) {
    const db = new Database({ url, poolSize: 1, onError: () => undefined });
    await migrate(db);
    await db.close();
  },
});
