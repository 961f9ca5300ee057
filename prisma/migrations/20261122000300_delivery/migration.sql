-- What is heard of a mail after a server took it. In columns of its own, so that the pump never writes over it.
ALTER TABLE "mail"
  ADD COLUMN "delivery_signal" TEXT,
  ADD COLUMN "delivery_reason" TEXT,
  ADD COLUMN "delivery_status" TEXT,
  ADD COLUMN "delivery_at" TIMESTAMPTZ(3),
  ADD COLUMN "auto_reply_at" TIMESTAMPTZ(3);

ALTER TABLE mail ADD CONSTRAINT mail_delivery_signal_known
  CHECK (delivery_signal IN ('delivered', 'delayed', 'bounced', 'autoReply', 'challenge'));

-- An address that turned out wrong is looked for in the whole school, whatever the case of its letters.
CREATE INDEX contact_email_key ON contact (school_id, lower(email));
