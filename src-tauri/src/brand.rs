//! What an organisation has put into its own build (`foyer.brand.toml`, see docs/deploy.md).

mod format;

use std::sync::LazyLock;

use foyer_contract::command::{Accent, BrandLook};

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

/// What the app is called where the system shows it.
pub fn name() -> &'static str {
    built_in().name.as_deref().unwrap_or("Foyer")
}

impl Brand {
    /// What the window shows of it.
    pub fn look(&self) -> BrandLook {
        let accent = self.accent.clone().zip(self.accent_dark.clone());
        BrandLook {
            name: self.name.clone(),
            accent: accent.map(|(light, dark)| Accent { light, dark }),
            logo: self.logo.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_half_or_misspelt_is_said() {
        let of = |accent: &str, service: &str| Brand {
            accent: Some(accent.to_owned()),
            accent_dark: Some("#3ec6b8".to_owned()),
            token_service: Some(service.to_owned()),
            ..Brand::default()
        };
        assert_eq!(of("#0b6e69", "https://a.test").problem(), None);
        assert!(of("teal", "https://a.test").problem().is_some());
        assert!(of("#0b6e69", "http://a.test").problem().is_some());
        let one = Brand {
            accent_dark: None,
            ..of("#0b6e69", "https://a.test")
        };
        assert!(one.problem().is_some());
        let nameless = Brand {
            name: Some("  ".to_owned()),
            ..Brand::default()
        };
        assert!(nameless.problem().is_some());
        let keyless = Brand {
            update_endpoint: Some("https://a.test/latest.json".to_owned()),
            ..Brand::default()
        };
        assert!(keyless.problem().is_some());
    }

    #[test]
    fn colours_have_to_be_legible() {
        let of = |light: &str, dark: &str| Brand {
            accent: Some(light.to_owned()),
            accent_dark: Some(dark.to_owned()),
            ..Brand::default()
        };
        assert_eq!(of("#0b6e69", "#3ec6b8").problem(), None);
        let faint = of("#3ec6b8", "#3ec6b8").problem().unwrap_or_default();
        assert!(faint.contains("4.5"), "{faint}");
        assert!(of("#0b6e69", "#0b6e69").problem().is_some());
    }

    #[test]
    fn the_window_is_given_both_colours_or_none() {
        assert_eq!(Brand::default().look(), BrandLook::default());
        let look = Brand {
            accent: Some("#0b6e69".to_owned()),
            accent_dark: Some("#3ec6b8".to_owned()),
            ..Brand::default()
        }
        .look();
        let accent = look.accent.map(|accent| (accent.light, accent.dark));
        assert_eq!(accent, Some(("#0b6e69".to_owned(), "#3ec6b8".to_owned())));
    }
}
