import { Outlet, useLocation } from '@tanstack/react-router';
import { PageHeader } from '../../show/page-header.tsx';
import { Link } from '../../show/links.tsx';
import styles from './settings.module.css';

const PARTS = [
  ['/settings', 'About'],
  ['/settings/keys', 'API keys'],
  ['/settings/secrets', 'Secrets'],
  ['/settings/signing', 'Webhook signing'],
  ['/settings/egress', 'Egress'],
  ['/settings/quotas', 'Quotas'],
  ['/settings/audit', 'Audit log'],
] as const;

/** What holds for the whole tenant, in parts. */
export function Settings() {
  const { pathname } = useLocation();
  const at = pathname.replace(/\/$/, '');
  const [, part = 'About'] = PARTS.find(([to]) => to === at) ?? [];
  return (
    <>
      <PageHeader title={part === 'About' ? 'Settings' : part} />
      <nav aria-label="Settings" className={styles.parts}>
        {PARTS.map(([to, label]) => (
          <Link
            key={to}
            to={to}
            underline="never"
            className={styles.part ?? ''}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
