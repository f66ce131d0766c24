-- The request that triggered a run by hand, as W3C trace context, where it was traced: the attempts' spans link to it.
ALTER TABLE runs ADD COLUMN traceparent text
  CONSTRAINT runs_traceparent CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
