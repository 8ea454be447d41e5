package io.pika.manager.rest;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;

/** The OpenAPI document and a page that shows it; public, as they hold nothing of this cluster. */
final class Documentation {
  private static final Map<String, String> TYPES = Map.of("swagger-ui.css", "text/css",
      "swagger-ui-bundle.js",
      "text/javascript", "docs.js", "text/javascript");

  private final String swaggerPath;

  Documentation() {
    try (InputStream in = resource("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      swaggerPath = "/META-INF/resources/webjars/swagger-ui/" + properties.getProperty("version") + "/";
    } catch (IOException broken) {
      throw new IllegalStateException("the jar of swagger-ui cannot be read", broken);
    }
  }

  void openApi(Context context) {
    send(context, "/openapi.yaml", "application/yaml");
  }

  void page(Context context) {
    context.header("Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'");
    send(context, "/rest/docs.html", "text/html; charset=utf-8");
  }

  void file(Context context) {
    String name = context.pathParam("file");
    String type = TYPES.get(name);
    if (type == null) {
      throw new ApiError(404, "not_found", "there is no such page", "/api/docs");
    }
    send(context, (name.equals("docs.js") ? "/rest/" : swaggerPath) + name, type);
  }

  private static void send(Context context, String resource, String type) {
    context.contentType(type).result(resource(resource));
  }

  private static InputStream resource(String name) {
    InputStream in = Documentation.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("the resource " + name + " is missing from the class path");
    }
    return in;
  }
}
