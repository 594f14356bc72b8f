//! Pictures, recordings and films beside a text, each with the words that say the same. None begins by itself, and
//! none is loaded before it is asked for but a picture that comes into view.

use domain::language::Language;
use domain::pack::media::Media;
use leptos::prelude::*;

use crate::text;

/// The media of a scenario in their order; `spoken` is their language and `folder` the path that serves them.
pub(crate) fn figures(language: Language, spoken: Language, media: &[Media], folder: &str) -> Vec<AnyView> {
    media.iter().map(|media| figure(language, spoken, media, folder)).collect()
}

fn figure(language: Language, spoken: Language, media: &Media, folder: &str) -> AnyView {
    let address = |sha256: &str| format!("{folder}/{sha256}");
    let foreign = (spoken != language).then(|| spoken.code());
    let shown = match media {
        Media::Picture { file, width, height, alt } => view! {
            <img
                src=address(&file.sha256) width=*width height=*height alt=alt.clone() lang=foreign
                loading="lazy" decoding="async"
            />
        }
        .into_any(),
        Media::Audio { file, transcript } => view! {
            <audio controls=true preload="none" src=address(&file.sha256) aria-label=text!(language, media.audio)></audio>
            {words(text!(language, media.audio_in_words), foreign, transcript)}
        }
        .into_any(),
        Media::Video { file, captions, transcript } => view! {
            <video
                controls=true preload="none" playsinline=true src=address(&file.sha256)
                aria-label=text!(language, media.video)
            >
                <track
                    kind="captions" srclang=spoken.code() label=text!(language, media.captions) default=true
                    src=address(&captions.sha256)
                />
            </video>
            {words(text!(language, media.video_in_words), foreign, transcript)}
        }
        .into_any(),
    };
    view! {
        <figure class="media">
            {shown}
            <figcaption class="fine">{text!(language, media.not_needed)}</figcaption>
        </figure>
    }
    .into_any()
}

fn words(title: &'static str, foreign: Option<&'static str>, paragraphs: &[String]) -> AnyView {
    let paragraphs = paragraphs.iter().map(|words| view! { <p>{words.clone()}</p> }).collect_view();
    view! {
        <details>
            <summary>{title}</summary>
            <div lang=foreign>{paragraphs}</div>
        </details>
    }
    .into_any()
}
