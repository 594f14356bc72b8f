-- The bytes of pictures, recordings and films, under the hash by which the content of their pack names them. The pack's
-- own hash covers them thereby.
CREATE TABLE pack_media (
  pack_row_id TEXT NOT NULL REFERENCES packs (id),
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'audio/mpeg', 'audio/mp4', 'audio/wav', 'video/mp4', 'video/webm', 'text/vtt')),
  size_bytes INTEGER NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (pack_row_id, sha256)
);
-- Compressed already; and a part of it is read without the rest.
ALTER TABLE pack_media ALTER COLUMN content SET STORAGE EXTERNAL;
