import { PageHeader } from '../../show/page-header.tsx';
export function Schedules() {
  return <PageHeader title="Schedules">Soon</PageHeader>;
}
