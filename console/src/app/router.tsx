import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { currentSession, onSessionEnd } from '../api/session.ts';
import { queryClient } from '../api/query-client.ts';
import { Lost, Broken, Loading } from './boundaries.tsx';
import { localPath } from './local-path.ts';
import { Shell } from './shell.tsx';
import { readAuditFilter } from '../screens/settings/audit-filter.ts';
import { readPage, readRecordFilter } from '../screens/records/filter.ts';
import { readRunFilter } from '../screens/runs/filter.ts';
import { readScheduleFilter } from '../screens/schedules/filter.ts';
import { readUpcomingFilter } from '../screens/upcoming/filter.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { back?: string } => {
    const back = localPath(search['back']);
    return back === undefined ? {} : { back };
  },
  component: lazyRouteComponent(async () => await import('../screens/sign-in/sign-in.tsx'), 'SignIn'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const session = await currentSession();
    if (session === null)
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { back: location.href } });
    return { session };
  },
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(async () => await import('../screens/overview/overview.tsx'), 'Overview'),
});

const upcoming = createRoute({
  getParentRoute: () => shell,
  path: '/upcoming',
  validateSearch: readUpcomingFilter,
  component: lazyRouteComponent(async () => await import('../screens/upcoming/upcoming.tsx'), 'Upcoming'),
});

const schedules = createRoute({
  getParentRoute: () => shell,
  path: '/schedules',
  validateSearch: readScheduleFilter,
  component: lazyRouteComponent(async () => await import('../screens/schedules/schedules.tsx'), 'Schedules'),
});

const newSchedule = createRoute({
  getParentRoute: () => shell,
  path: '/schedules/new',
  validateSearch: (search: Record<string, unknown>): { like?: string } =>
    typeof search['like'] === 'string' ? { like: search['like'] } : {},
  component: lazyRouteComponent(async () => await import('../screens/schedule-form/create.tsx'), 'CreateSchedule'),
});

const schedule = createRoute({
  getParentRoute: () => shell,
  path: '/schedules/$scheduleId',
  component: lazyRouteComponent(async () => await import('../screens/schedule/schedule.tsx'), 'ScheduleScreen'),
});

const editSchedule = createRoute({
  getParentRoute: () => shell,
  path: '/schedules/$scheduleId/edit',
  component: lazyRouteComponent(async () => await import('../screens/schedule-form/edit.tsx'), 'EditSchedule'),
});

const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  validateSearch: readRunFilter,
  component: lazyRouteComponent(async () => await import('../screens/runs/runs.tsx'), 'Runs'),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$runId',
  component: lazyRouteComponent(async () => await import('../screens/run/run.tsx'), 'RunScreen'),
});

const entities = createRoute({
  getParentRoute: () => shell,
  path: '/entities',
  component: lazyRouteComponent(async () => await import('../screens/entities/entities.tsx'), 'Entities'),
});

const newDefinition = createRoute({
  getParentRoute: () => shell,
  path: '/entities/new',
  component: lazyRouteComponent(async () => await import('../screens/entities/create.tsx'), 'CreateDefinition'),
});

const records = createRoute({
  getParentRoute: () => shell,
  path: '/entities/$definitionId',
  validateSearch: readRecordFilter,
  component: lazyRouteComponent(async () => await import('../screens/records/records.tsx'), 'Records'),
});

const editDefinition = createRoute({
  getParentRoute: () => shell,
  path: '/entities/$definitionId/edit',
  component: lazyRouteComponent(async () => await import('../screens/entities/edit.tsx'), 'EditDefinition'),
});

const importing = createRoute({
  getParentRoute: () => shell,
  path: '/entities/$definitionId/import',
  component: lazyRouteComponent(async () => await import('../screens/import/import.tsx'), 'ImportScreen'),
});

const record = createRoute({
  getParentRoute: () => shell,
  path: '/entities/$definitionId/records/$recordId',
  component: lazyRouteComponent(async () => await import('../screens/record/record.tsx'), 'RecordScreen'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(async () => await import('../screens/settings/settings.tsx'), 'Settings'),
});

const settingsParts = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(async () => await import('../screens/settings/about.tsx'), 'About'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/keys',
    validateSearch: readPage,
    component: lazyRouteComponent(async () => await import('../screens/settings/keys.tsx'), 'Keys'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/secrets',
    component: lazyRouteComponent(async () => await import('../screens/settings/secrets.tsx'), 'Secrets'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/signing',
    component: lazyRouteComponent(async () => await import('../screens/settings/signing.tsx'), 'Signing'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/egress',
    component: lazyRouteComponent(async () => await import('../screens/settings/egress.tsx'), 'Egress'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/quotas',
    component: lazyRouteComponent(async () => await import('../screens/settings/quotas.tsx'), 'Quotas'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit',
    validateSearch: readAuditFilter,
    component: lazyRouteComponent(async () => await import('../screens/settings/audit.tsx'), 'Audit'),
  }),
] as const;

/** The addresses of the console. A screen is loaded when it is first shown, or its link pointed at. */
export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([
      overview,
      upcoming,
      schedules,
      newSchedule,
      schedule,
      editSchedule,
      runs,
      run,
      entities,
      newDefinition,
      records,
      editDefinition,
      importing,
      record,
      settings.addChildren(settingsParts),
    ]),
  ]),
  // What no screen reads is not passed on: what mail programs and trackers add to an address is no filter.
  search: { strict: true },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: Broken,
  defaultPendingComponent: Loading,
  defaultNotFoundComponent: Lost,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

onSessionEnd(() => {
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { back: router.state.location.href } });
});
