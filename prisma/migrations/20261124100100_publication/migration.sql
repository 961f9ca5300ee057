-- Final results that the student does not see yet: a list that stays short, however many results a school has.

-- AlterTable
ALTER TABLE "assessment" ADD COLUMN     "awaits_publication" BOOLEAN NOT NULL DEFAULT false;

CREATE INDEX assessment_awaits_publication ON assessment (school_id, decided_at, id) WHERE awaits_publication;
