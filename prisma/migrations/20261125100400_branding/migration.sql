-- How a school looks: its colour and its logo, every choice kept.

-- CreateTable
CREATE TABLE "school_logo" (
    "school_id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "png" BYTEA NOT NULL,
    "small" BYTEA NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "school_logo_pkey" PRIMARY KEY ("school_id","sha256")
);

-- CreateTable
CREATE TABLE "school_look" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "primary_color" TEXT NOT NULL,
    "logo_sha256" TEXT,
    "is_name_in_logo" BOOLEAN NOT NULL DEFAULT false,
    "changed_by_id" UUID,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "school_look_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "school_look_school_id_revision_key" ON "school_look"("school_id", "revision");

-- AddForeignKey
ALTER TABLE "school_logo" ADD CONSTRAINT "school_logo_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "school_look" ADD CONSTRAINT "school_look_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "school_look" ADD CONSTRAINT "school_look_school_id_logo_sha256_fkey" FOREIGN KEY ("school_id", "logo_sha256") REFERENCES "school_logo"("school_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "school_look" ADD CONSTRAINT "school_look_school_id_changed_by_id_fkey" FOREIGN KEY ("school_id", "changed_by_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A choice that was made stays: what a page or a document looked like on a day can be told.
CREATE TRIGGER school_logo_append_only BEFORE UPDATE OR DELETE ON school_logo FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER school_logo_no_truncate BEFORE TRUNCATE ON school_logo FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER school_look_append_only BEFORE UPDATE OR DELETE ON school_look FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER school_look_no_truncate BEFORE TRUNCATE ON school_look FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE school_look ADD CONSTRAINT school_look_kind_known
  CHECK (kind IN ('colour', 'logo', 'logoRemoved', 'logoName'));
ALTER TABLE school_look ADD CONSTRAINT school_look_colour_form CHECK (primary_color ~ '^#[0-9a-f]{6}$');
ALTER TABLE school_logo ADD CONSTRAINT school_logo_digest_form CHECK (sha256 ~ '^[0-9a-f]{64}$');
-- Pages and documents carry it: never more than they can bear, whoever writes the row.
ALTER TABLE school_logo ADD CONSTRAINT school_logo_size
  CHECK (octet_length(png) BETWEEN 1 AND 1048576 AND octet_length(small) BETWEEN 1 AND 102400 AND width BETWEEN 1 AND 4000 AND height BETWEEN 1 AND 4000);
