import { Anchor, Badge, Grid, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { whoamiOf } from '../../api/settings.ts';
import { Loading } from '../../app/boundaries.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Fact, FactList, Id } from '../../show/facts.tsx';
import { Instant } from '../../show/instant.tsx';
import { Panel } from '../../show/panel.tsx';

const KINDS = { API_KEY: 'an API key', JWT: 'a token of your identity provider', SESSION: 'a session of the console' };

/** Who one is, what one may, and what the server is. */
export function About() {
  const { data, error } = useQuery(whoamiOf());
  if (error) return <ErrorNotice title="It could not be read" error={error} />;
  if (!data) return <Loading />;
  const { tenant, credential, scopes, customer_id, server } = data;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Panel title="Who you are">
          <FactList>
            <Fact name="Tenant">{tenant.name}</Fact>
            <Fact name="Tenant’s id">
              <Id id={tenant.id} />
            </Fact>
            <Fact name="By">{KINDS[credential.kind]}</Fact>
            <Fact name="Key">{credential.name}</Fact>
            <Fact name="Subject">{credential.subject}</Fact>
            <Fact name="Key’s id">{credential.key_id !== null && <Id id={credential.key_id} />}</Fact>
            <Fact name="Works until">
              {credential.expires_at === null ? 'it is revoked' : <Instant at={credential.expires_at} focusable />}
            </Fact>
            <Fact name="Bound to">
              {customer_id === null ? 'no customer: it sees the whole tenant' : `customer ${customer_id}`}
            </Fact>
            <Fact name="May">
              <Group gap={6}>
                {scopes.map((scope) => (
                  <Badge key={scope} color="gray" tt="none" fw={500} c="var(--mantine-color-text)">
                    {scope === '*' ? '* (everything but other tenants)' : scope}
                  </Badge>
                ))}
              </Group>
            </Fact>
          </FactList>
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Panel title="The server">
          <FactList>
            <Fact name="HydraCore">{server.version}</Fact>
            <Fact name="PostgreSQL">{server.postgresql}</Fact>
            <Fact name="Node.js">{server.node}</Fact>
            <Fact name="Time-zone rules">{server.tzdata}</Fact>
            <Fact name="Address">{location.origin}</Fact>
            <Fact name="API">
              <Anchor href="/docs">/docs</Anchor> · <Anchor href="/openapi.json">/openapi.json</Anchor>
            </Fact>
          </FactList>
        </Panel>
      </Grid.Col>
    </Grid>
  );
}
