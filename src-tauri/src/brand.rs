//! What an organisation has put into its own build (`foyer.brand.toml`, see docs/deploy.md).

mod format;

use std::sync::LazyLock;

pub use format::{Brand, Key};

/// As the build script has left it, JSON; absent where there is no such file.
const BUILT_IN: Option<&str> = option_env!("FOYER_BUILD_BRAND");
/// The token service's address alone, without a file.
const SERVICE: Option<&str> = option_env!("FOYER_BUILD_TOKEN_SERVICE");

/// The brand of this build; an empty one without a file.
pub fn built_in() -> &'static Brand {
    static BRAND: LazyLock<Brand> = LazyLock::new(|| {
        let mut brand: Brand = BUILT_IN
            .map(|json| serde_json::from_str(json).expect("the build script has written it"))
            .unwrap_or_default();
        if brand.token_service.is_none() {
            brand.token_service = SERVICE.map(str::to_owned);
        }
        brand
    });
    &BRAND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_half_or_misspelt_is_said() {
        let of = |accent: &str, service: &str| Brand {
            accent: Some(accent.to_owned()),
            token_service: Some(service.to_owned()),
            ..Brand::default()
        };
        assert_eq!(of("#0b6e69", "https://a.test").problem(), None);
        assert!(of("teal", "https://a.test").problem().is_some());
        assert!(of("#0b6e69", "http://a.test").problem().is_some());
        let keyless = Brand {
            update_endpoint: Some("https://a.test/latest.json".to_owned()),
            ..Brand::default()
        };
        assert!(keyless.problem().is_some());
    }
}
