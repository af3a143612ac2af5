from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0005_feedback_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="informationpage",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ar", "العربية"),
                    ("zh-Hans", "简体中文"),
                    ("zh-Hant", "繁體中文"),
                    ("en", "English"),
                    ("fr", "Français"),
                    ("de", "Deutsch"),
                    ("el", "Ελληνικά"),
                    ("ht", "Kreyòl ayisyen"),
                    ("he", "עברית"),
                    ("hi", "हिन्दी"),
                    ("it", "Italiano"),
                    ("ja", "日本語"),
                    ("ko", "한국어"),
                    ("fa", "فارسی"),
                    ("pl", "Polski"),
                    ("pt", "Português"),
                    ("ru", "Русский"),
                    ("es", "Español"),
                    ("ur", "اردو"),
                    ("vi", "Tiếng Việt"),
                ],
                help_text="The language of its title, summary and text. Leave it empty for that of the site.",
                max_length=10,
            ),
        ),
    ]
