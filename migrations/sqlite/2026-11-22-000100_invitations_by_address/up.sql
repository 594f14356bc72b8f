-- Who lost their link is looked for by address, in every campaign at once.
CREATE INDEX invitations_by_address ON invitations (email);
