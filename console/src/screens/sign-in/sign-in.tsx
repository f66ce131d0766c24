import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { wordsOf } from '../../api/errors.ts';
import { signIn } from '../../api/session.ts';
import { Logo } from '../../app/logo.tsx';
import styles from './sign-in.module.css';

const route = getRouteApi('/sign-in');

/** The way in, by an API key; then back to where one was. */
export function SignIn() {
  useDocumentTitle('Sign in · HydraCore');
  const { back } = route.useSearch();
  const router = useRouter();
  const [key, setKey] = useState('');
  const entering = useMutation({
    mutationFn: signIn,
    onSuccess: () => router.history.push(back ?? '/'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') entering.mutate(key.trim());
  };
  return (
    <main className={styles.page}>
      <Paper className={styles.card ?? ''} p="xl">
        <Stack gap="lg">
          <div className={styles.brand}>
            <Logo size={44} />
            <div>
              <Title order={1} fz={20}>
                HydraCore Schedules
              </Title>
              <Text c="dimmed" fz="md">
                {back === undefined ? 'Sign in to the console' : 'Sign in, and go on where you were'}
              </Text>
            </div>
          </div>
          <form onSubmit={submit}>
            <Stack gap="md">
              <PasswordInput
                label="API key"
                placeholder="hc_live_…"
                description="The console may do what the key may. It is kept in no script and no storage: the browser gets a cookie that ends after twelve hours."
                autoComplete="current-password"
                name="api-key"
                value={key}
                onChange={(event) => setKey(event.currentTarget.value)}
                error={entering.error ? wordsOf(entering.error) : null}
                visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
                // oxlint-disable-next-line jsx-a11y/no-autofocus -- the only field of a page that is for nothing else
                autoFocus
                required
                withAsterisk={false}
                size="md"
              />
              <Button type="submit" size="md" loading={entering.isPending} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
          <Text fz="sm" c="dimmed">
            The first start of a server writes a key to <code>api-key</code> in its data folder (
            <code>.hydracore/api-key</code>). More are made with <code>hydracore keys create</code>.
          </Text>
        </Stack>
      </Paper>
    </main>
  );
}
