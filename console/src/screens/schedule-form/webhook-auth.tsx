import { PasswordInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { Json } from './draft.ts';
import { useConfig } from './use-config.ts';

const FIRST: Readonly<Record<string, Json | undefined>> = {
  none: undefined,
  bearer: { type: 'bearer', token: '' },
  basic: { type: 'basic', username: '', password: '' },
};

/** The Authorization header. A secret that is there already is shown as its mask, and stays if that is sent back. */
export function WebhookAuth() {
  const { config, change, errorOf } = useConfig();
  const auth = (config['auth'] as Readonly<Record<string, string>> | undefined) ?? { type: 'none' };
  const set = (changed: Json) => change({ auth: { ...auth, ...changed } });
  return (
    <SimpleGrid cols={{ base: 1, xs: auth['type'] === 'basic' ? 3 : 2 }}>
      <Select
        label="Authorization"
        data={[
          { value: 'none', label: 'Signature only' },
          { value: 'bearer', label: 'Bearer token' },
          { value: 'basic', label: 'Name and password' },
        ]}
        value={auth['type'] ?? 'none'}
        allowDeselect={false}
        error={errorOf('auth')}
        onChange={(type) => change({ auth: FIRST[type ?? 'none'] })}
      />
      {auth['type'] === 'bearer' && (
        <PasswordInput
          label="Token"
          autoComplete="off"
          value={auth['token'] ?? ''}
          error={errorOf('auth.token')}
          onChange={(event) => set({ token: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
        />
      )}
      {auth['type'] === 'basic' && (
        <>
          <TextInput
            label="Name"
            autoComplete="off"
            value={auth['username'] ?? ''}
            error={errorOf('auth.username')}
            onChange={(event) => set({ username: event.currentTarget.value })}
          />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            value={auth['password'] ?? ''}
            error={errorOf('auth.password')}
            onChange={(event) => set({ password: event.currentTarget.value })}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
        </>
      )}
    </SimpleGrid>
  );
}
