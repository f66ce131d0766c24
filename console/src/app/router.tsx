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
import { readScheduleFilter } from '../screens/schedules/filter.ts';

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

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/schedules' });
  },
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

/** The addresses of the console. A screen is loaded when it is first shown, or its link pointed at. */
export const router = createRouter({
  routeTree: root.addChildren([signIn, shell.addChildren([home, schedules, newSchedule, schedule, editSchedule])]),
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
