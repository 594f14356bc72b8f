//! The tables as diesel sees them: one description for SQLite and PostgreSQL.
//!
//! The parity test of the acceptance suite compares it with both databases.
#![expect(
    missing_docs,
    reason = "the table! macro writes items that carry no docs; the migrations describe the columns"
)]

diesel::table! {
    organisations (id) {
        id -> Text,
        name -> Text,
        is_demo -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        organisation_id -> Text,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        language -> Text,
        created_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        token_hash -> Text,
        user_id -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    colleague_invitations (id) {
        id -> Text,
        organisation_id -> Text,
        email -> Text,
        role -> Text,
        token_hash -> Text,
        secret_key_id -> Text,
        invited_by -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        accepted_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    throttles (kind, subject_hash) {
        subject_hash -> Text,
        kind -> Text,
        failures -> Integer,
        window_started_at -> Timestamp,
        blocked_until -> Timestamp,
    }
}

diesel::table! {
    packs (id) {
        id -> Text,
        organisation_id -> Nullable<Text>,
        pack_id -> Text,
        version -> Text,
        content_hash -> Text,
        is_public -> Bool,
        content -> Text,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    pack_keys (id) {
        id -> Text,
        pack_row_id -> Text,
        version -> Text,
        provenance -> Text,
        n_experts -> Integer,
        content_hash -> Text,
        content -> Text,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    pack_media (pack_row_id, sha256) {
        pack_row_id -> Text,
        sha256 -> Text,
        media_type -> Text,
        size_bytes -> Integer,
        content -> Binary,
    }
}

diesel::table! {
    campaigns (id) {
        id -> Text,
        organisation_id -> Text,
        title -> Text,
        job -> Text,
        pack_row_id -> Text,
        form_id -> Text,
        form_version -> Integer,
        key_row_id -> Text,
        languages -> Text,
        time_zone -> Text,
        closes_at -> Nullable<Timestamp>,
        decision_on -> Date,
        contact -> Text,
        notice_fr -> Nullable<Text>,
        notice_en -> Nullable<Text>,
        notice_version -> Integer,
        open_link_generation -> Integer,
        open_link_token_hash -> Nullable<Text>,
        open_link_key_id -> Nullable<Text>,
        state -> Text,
        created_by -> Text,
        created_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        people_erased_at -> Nullable<Timestamp>,
        erase_people_on -> Nullable<Date>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        name -> Nullable<Text>,
        email -> Nullable<Text>,
        language -> Text,
        source -> Text,
        generation -> Integer,
        token_hash -> Text,
        secret_key_id -> Text,
        created_by -> Nullable<Text>,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        erased_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attempts (id) {
        id -> Text,
        public_id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        invitation_id -> Text,
        tree_number -> Integer,
        random_order -> BigInt,
        state -> Text,
        language -> Text,
        notice_version -> Integer,
        accepted_at -> Timestamp,
        shuffle_seed -> BigInt,
        action_orders -> Text,
        epoch -> Integer,
        position -> Integer,
        shown -> Integer,
        flags -> BigInt,
        active_ms -> BigInt,
        started_at -> Timestamp,
        last_seen_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        receipt -> Nullable<Text>,
        receipt_code -> Nullable<Text>,
        receipt_key_id -> Nullable<Text>,
        satisfaction -> Nullable<SmallInt>,
        decision -> Nullable<Text>,
        erased_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    response_events (attempt_id, item, epoch, sequence) {
        attempt_id -> Text,
        item -> Integer,
        epoch -> Integer,
        sequence -> Integer,
        value -> SmallInt,
        language -> Text,
        at -> Timestamp,
        text -> Nullable<Text>,
    }
}

diesel::table! {
    snapshots (id) {
        id -> Text,
        organisation_id -> Text,
        pack_row_id -> Text,
        form_id -> Text,
        form_version -> Integer,
        key_row_id -> Text,
        n -> Integer,
        statistics -> Text,
        reason -> Text,
        taken_by -> Nullable<Text>,
        taken_at -> Timestamp,
    }
}

diesel::table! {
    scores (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        attempt_id -> Text,
        key_row_id -> Text,
        snapshot_id -> Text,
        score -> Nullable<Double>,
        sem -> Nullable<Double>,
        low -> Nullable<Double>,
        high -> Nullable<Double>,
        n_scored -> Integer,
        n_answered -> Integer,
        n_counted_zero -> Integer,
        n_left_out -> Integer,
        n_scenarios -> Integer,
        n_scenarios_answered -> Integer,
        unranked_reason -> Nullable<Text>,
        scenario_scores -> Text,
        family_half_points -> Text,
        created_at -> Timestamp,
        plain_score -> Nullable<Double>,
    }
}

diesel::table! {
    ranking_versions (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        sequence -> Integer,
        key_row_id -> Text,
        snapshot_id -> Text,
        n_finished -> Integer,
        n_ranked -> Integer,
        sem -> Double,
        reason -> Text,
        made_at -> Timestamp,
        rank_method -> Text,
    }
}

diesel::table! {
    preregistrations (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        sequence -> Integer,
        key_row_id -> Text,
        document -> Text,
        hash -> Text,
        n_ended -> Integer,
        published_at -> Timestamp,
    }
}

diesel::table! {
    saved_views (id) {
        id -> Text,
        organisation_id -> Text,
        user_id -> Text,
        campaign_id -> Text,
        name -> Text,
        query -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    ranking_rows (ranking_version_id, row_number) {
        ranking_version_id -> Text,
        row_number -> Integer,
        attempt_id -> Nullable<Text>,
        score -> Nullable<Double>,
        sem -> Nullable<Double>,
        low -> Nullable<Double>,
        high -> Nullable<Double>,
        band -> Nullable<Integer>,
        rank_low -> Nullable<Integer>,
        rank_high -> Nullable<Integer>,
        random_order -> BigInt,
        unranked_reason -> Nullable<Text>,
        critical_value -> Nullable<Double>,
    }
}

diesel::table! {
    decisions (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        attempt_id -> Text,
        ranking_version_id -> Nullable<Text>,
        code -> Text,
        reason -> Nullable<Text>,
        user_id -> Nullable<Text>,
        created_at -> Timestamp,
        stage_id -> Nullable<Text>,
    }
}

diesel::table! {
    decision_stages (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        place -> Integer,
        code -> Text,
        name_fr -> Text,
        name_en -> Text,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    report_openings (attempt_id, user_id) {
        attempt_id -> Text,
        user_id -> Text,
        first_at -> Timestamp,
    }
}

diesel::table! {
    unblindings (attempt_id, user_id) {
        attempt_id -> Text,
        user_id -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    human_reviews (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        invitation_id -> Text,
        attempt_id -> Text,
        language -> Text,
        request -> Nullable<Text>,
        asked_at -> Timestamp,
        due_on -> Date,
        taken_by -> Nullable<Text>,
        taken_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        answer -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notes (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        attempt_id -> Text,
        author_id -> Text,
        words -> Nullable<Text>,
        created_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    note_mentions (note_id, user_id) {
        note_id -> Text,
        user_id -> Text,
    }
}

diesel::table! {
    tags (id) {
        id -> Text,
        organisation_id -> Text,
        name -> Text,
        fold -> Text,
        created_by -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    candidate_tags (attempt_id, tag_id) {
        attempt_id -> Text,
        tag_id -> Text,
    }
}

diesel::table! {
    assignments (attempt_id, user_id) {
        attempt_id -> Text,
        user_id -> Text,
        assigned_by -> Text,
        assigned_at -> Timestamp,
    }
}

diesel::table! {
    rating_first (campaign_id) {
        campaign_id -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    own_ratings (attempt_id, user_id) {
        attempt_id -> Text,
        user_id -> Text,
        rating -> SmallInt,
        reason -> Text,
        rated_at -> Timestamp,
    }
}

diesel::table! {
    two_reviewers (campaign_id) {
        campaign_id -> Text,
        since -> Timestamp,
        set_by -> Text,
    }
}

diesel::table! {
    share_links (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        attempt_id -> Text,
        made_by -> Text,
        token_hash -> Text,
        secret_key_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        openings -> Integer,
    }
}

diesel::table! {
    mail_templates (campaign_id, kind, language) {
        campaign_id -> Text,
        kind -> Text,
        language -> Text,
        subject -> Text,
        body -> Text,
        changed_by -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    mail_batches (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        kind -> Text,
        mails -> Integer,
        made_by -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    mails (id) {
        id -> Text,
        organisation_id -> Text,
        kind -> Text,
        language -> Text,
        invitation_id -> Nullable<Text>,
        colleague_invitation_id -> Nullable<Text>,
        recipient -> Nullable<Text>,
        subject -> Text,
        body -> Text,
        state -> Text,
        tries -> Integer,
        next_try_at -> Timestamp,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    erasures (invitation_id) {
        invitation_id -> Text,
        attempt_id -> Nullable<Text>,
        organisation_id -> Text,
        campaign_id -> Text,
        cause -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    audit_rows (organisation_id, sequence) {
        organisation_id -> Text,
        sequence -> BigInt,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        action -> Text,
        entity_kind -> Text,
        entity_id -> Text,
        detail -> Text,
        secret_key_id -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_heads (organisation_id) {
        organisation_id -> Text,
        sequence -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    audit_addresses (organisation_id, sequence) {
        organisation_id -> Text,
        sequence -> BigInt,
        address -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    fairness_settings (campaign_id) {
        campaign_id -> Text,
        organisation_id -> Text,
        country -> Text,
        form -> Text,
    }
}

diesel::table! {
    demographic_answers (id) {
        id -> Text,
        sex -> Nullable<Text>,
        age_band -> Nullable<Text>,
        race -> Nullable<Text>,
    }
}

diesel::table! {
    demographic_links (attempt_id) {
        attempt_id -> Text,
        answer_id -> Nullable<Text>,
        counted_in -> Nullable<Integer>,
    }
}

diesel::table! {
    fairness_editions (id) {
        id -> Text,
        organisation_id -> Text,
        campaign_id -> Text,
        sequence -> Integer,
        content -> Text,
        published_by -> Nullable<Text>,
        published_on -> Date,
    }
}

diesel::table! {
    norm_groups (id) {
        id -> Text,
        organisation_id -> Text,
        pack_row_id -> Text,
        form_id -> Text,
        form_version -> Integer,
        key_row_id -> Text,
        snapshot_id -> Text,
        name_fr -> Text,
        name_en -> Text,
        description_fr -> Text,
        description_en -> Text,
        from_on -> Date,
        to_on -> Date,
        n -> Integer,
        mean -> Double,
        sd -> Double,
        counts -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    norm_group_campaigns (norm_group_id, campaign_id) {
        norm_group_id -> Text,
        campaign_id -> Text,
    }
}

diesel::table! {
    campaign_norms (campaign_id) {
        campaign_id -> Text,
        norm_group_id -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    outcomes (attempt_id, criterion, measured_on) {
        attempt_id -> Text,
        criterion -> Text,
        measured_on -> Date,
        organisation_id -> Text,
        campaign_id -> Text,
        value -> Double,
        import_id -> Text,
        imported_by -> Nullable<Text>,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    pool_consents (attempt_id) {
        attempt_id -> Text,
        organisation_id -> Text,
        language -> Text,
        given_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(attempts -> invitations (invitation_id));
diesel::joinable!(attempts -> campaigns (campaign_id));
diesel::joinable!(invitations -> campaigns (campaign_id));
diesel::joinable!(ranking_rows -> attempts (attempt_id));
diesel::joinable!(scores -> attempts (attempt_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(users -> organisations (organisation_id));
diesel::joinable!(pack_keys -> packs (pack_row_id));
diesel::joinable!(decisions -> attempts (attempt_id));
diesel::joinable!(campaigns -> packs (pack_row_id));
diesel::joinable!(human_reviews -> attempts (attempt_id));
diesel::joinable!(human_reviews -> campaigns (campaign_id));
diesel::joinable!(outcomes -> attempts (attempt_id));
diesel::joinable!(pool_consents -> attempts (attempt_id));
diesel::joinable!(campaign_norms -> norm_groups (norm_group_id));
diesel::joinable!(norm_group_campaigns -> campaigns (campaign_id));

diesel::allow_tables_to_appear_in_same_query!(
    organisations,
    users,
    sessions,
    colleague_invitations,
    throttles,
    packs,
    pack_keys,
    pack_media,
    campaigns,
    invitations,
    attempts,
    response_events,
    snapshots,
    scores,
    preregistrations,
    saved_views,
    ranking_versions,
    ranking_rows,
    decisions,
    report_openings,
    unblindings,
    human_reviews,
    notes,
    note_mentions,
    tags,
    candidate_tags,
    assignments,
    decision_stages,
    rating_first,
    own_ratings,
    two_reviewers,
    share_links,
    mail_templates,
    mail_batches,
    mails,
    erasures,
    audit_rows,
    audit_heads,
    audit_addresses,
    leases,
    fairness_settings,
    demographic_answers,
    demographic_links,
    fairness_editions,
    norm_groups,
    norm_group_campaigns,
    campaign_norms,
    outcomes,
    pool_consents,
);

diesel::allow_columns_to_appear_in_same_group_by_clause!(decisions::user_id, users::name);
