import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Account } from './account.tsx';
import { Logo } from './logo.tsx';
import { LiveIndicator, useLive } from './live.tsx';
import { isIn, PLACES } from './navigation.ts';
import { useShortcuts } from './shortcuts.ts';
import { LinkPlace } from '../show/links.tsx';
import styles from './shell.module.css';

/** The frame of all screens: navigation, who one is, and the screen. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  useShortcuts();
  useLive();
  useEffect(close, [close, pathname]);
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <a className="hc-skip" href="#main">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%" justify="space-between">
          <Brand />
          <Group gap="md" wrap="nowrap">
            <LiveIndicator />
            <Burger
              opened={isOpen}
              onClick={toggle}
              size="sm"
              aria-label={isOpen ? 'Close the menu' : 'Open the menu'}
            />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={styles.navbar ?? ''}>
        <div className={styles.brand}>
          <Brand />
        </div>
        <nav aria-label="Main" className={styles.places}>
          {PLACES.map((place) => {
            const { to, label, icon: Icon, key } = place;
            const active = isIn(pathname, place);
            return (
              <LinkPlace
                key={to}
                to={to}
                label={label}
                leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
                aria-keyshortcuts={`g ${key}`}
                active={active}
                aria-current={active ? 'page' : undefined}
                classNames={{ root: styles.place ?? '' }}
              />
            );
          })}
        </nav>
        <div className={styles.state}>
          <LiveIndicator />
        </div>
        <Account />
      </AppShell.Navbar>
      <AppShell.Main>
        <div id="main" tabIndex={-1} className={styles.main}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function Brand() {
  return (
    <Group gap={10} wrap="nowrap">
      <Logo />
      <div>
        <Text fw={650} fz={14} lh={1.15}>
          HydraCore
        </Text>
        <Text c="dimmed" fz={12} lh={1.2}>
          Schedules
        </Text>
      </div>
    </Group>
  );
}
