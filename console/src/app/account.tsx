import {
  ActionIcon,
  Group,
  SegmentedControl,
  Text,
  Tooltip,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { signOut } from '../api/session.ts';
import { tellFailure } from '../show/tell.tsx';
import styles from './account.module.css';

const shell = getRouteApi('/shell');

/** Who is signed in, the colours, and the way out. */
export function Account() {
  const { session } = shell.useRouteContext();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/sign-in' });
    },
    onError: (error) => tellFailure('Not signed out', error),
  });
  return (
    <div className={styles.account}>
      <Colours />
      <Group gap={6} wrap="nowrap" justify="space-between">
        <div className={styles.who}>
          <Text fz={13} fw={550} truncate title={session.tenant.name}>
            {session.tenant.name}
          </Text>
          <Text fz={12} c="dimmed" truncate title={session.key.name}>
            key: {session.key.name}
          </Text>
        </div>
        <Tooltip label="Sign out">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Sign out"
            loading={leaving.isPending}
            onClick={() => leaving.mutate()}
          >
            <IconLogout size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </div>
  );
}

const COLOURS = [
  ['light', 'Light', IconSun],
  ['auto', 'As the system', IconDeviceDesktop],
  ['dark', 'Dark', IconMoon],
] as const;

function Colours() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      className={styles.colours ?? ''}
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={setColorScheme}
      data={COLOURS.map(([value, label, Icon]) => ({
        value,
        label: (
          <span className={styles.colour} title={label}>
            <Icon size={15} stroke={1.7} aria-hidden />
            <VisuallyHidden>{label}</VisuallyHidden>
          </span>
        ),
      }))}
    />
  );
}
