-- The run in whose way it was: that of an occurrence that was SKIPPED for it, or that had to wait for it. No foreign key: weeks of the
-- ledger are dropped whole, and an old run may have been in a newer one's way. Rows of before do not know it.
ALTER TABLE runs ADD COLUMN blocked_by uuid;
