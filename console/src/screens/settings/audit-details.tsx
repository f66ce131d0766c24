import type { AuditEvent } from '@hydracore/client';
import { Json } from '../../show/code.tsx';
import { Fact, FactList, Id } from '../../show/facts.tsx';
import { Instant } from '../../show/instant.tsx';

/** One event, whole. */
export function AuditDetails({ event }: { readonly event: AuditEvent }) {
  const { actor, target } = event;
  return (
    <>
      <FactList>
        <Fact name="When">
          <Instant at={event.at} focusable />
        </Fact>
        <Fact name="Outcome">{event.outcome === 'DONE' ? 'done' : 'denied: nothing was changed'}</Fact>
        <Fact name="Told">{event.detail}</Fact>
        <Fact name="Who">{`${actor.name ?? ''} (${actor.kind.toLowerCase().replace('_', ' ')} ${actor.id})`}</Fact>
        <Fact name="Session">{actor.session_id}</Fact>
        <Fact name="From">{event.remote_address}</Fact>
        <Fact name="Operation">
          <code>{event.operation}</code>
        </Fact>
        <Fact name="Target">{target.id !== null && `${target.type ?? ''} ${target.id}`}</Fact>
        <Fact name="Request">
          <Id id={event.request_id} label="Copy the request’s id" />
        </Fact>
      </FactList>
      {event.before !== null && (
        <div>
          <strong>Before</strong>
          <Json value={event.before} label="what was before" />
        </div>
      )}
      {event.after !== null && (
        <div>
          <strong>After</strong>
          <Json value={event.after} label="what is after" />
        </div>
      )}
    </>
  );
}
