//! The signed-in person behind a request: the extractor of every staff page.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures::future::LocalBoxFuture;
use services::state::Services;
use services::viewer::Staff;

use crate::context::{Ctx, PeerAddress};
use crate::fault::Fault;

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "egard_session";

/// A signed-in person. Without a valid session the request ends at the sign-in page.
pub struct SignedIn(pub Staff);

impl SignedIn {
    /// The context in this person's language (unless the visitor chose one here), and the person.
    #[must_use]
    pub fn with(self, mut ctx: Ctx) -> (Ctx, Staff) {
        ctx.prefer_language(self.0.language);
        (ctx, self.0)
    }
}

impl FromRequest for SignedIn {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        use actix_web::HttpMessage;
        let services = request.app_data::<web::Data<Services>>().cloned();
        let token = request.cookie(SESSION_COOKIE).map(|cookie| cookie.value().to_owned());
        let address = request.extensions().get::<PeerAddress>().map(|address| address.0.clone());
        Box::pin(async move {
            let services = services.ok_or(Fault::Internal)?;
            let token = token.filter(|token| !token.is_empty()).ok_or(Fault::NotSignedIn)?;
            let staff = web::block(move || services.staff_of_token(&token, address))
                .await
                .map_err(|_| Fault::Unavailable)??;
            Ok(Self(staff))
        })
    }
}
